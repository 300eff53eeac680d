"""What the bot keeps: time, database, keys, people, jobs, outbox. Knows no platform, no feature, no safety rule."""
