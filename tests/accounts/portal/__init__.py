"""The portal of customer administrators."""
