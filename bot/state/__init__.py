"""What the bot keeps: time, database, keys, people, jobs, outbox. It knows no platform, no feature and no safety rule."""
