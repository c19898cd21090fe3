"""What officers see of legal holds, disclosures and breaches, and the acts that they do on them."""
