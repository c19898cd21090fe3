"""The registers of the law: generated, exported, signed; notes about impact; alarms."""
