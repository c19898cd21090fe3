"""What leaves for others: messages to recipients (Art. 19 GDPR), packages to other controllers (Art. 20(2))."""
