"""What members and moderators can ask for, a folder for each thing. Adding one is a folder and a line here.

Features do not import each other: what crosses them goes through what each `Feature` exports.
"""
