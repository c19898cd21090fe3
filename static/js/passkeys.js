// Says on the page why a passkey did not work, where the library would only write it into the console.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const nowhere = event.detail.exception.name === "SecurityError";
  document.getElementById("passkey-nowhere").hidden = !nowhere;
  document.getElementById("passkey-refused").hidden = nowhere;
});
