"""The privacy policy: made from the data map and the registers, frozen in versions, compared, watched for drift."""
