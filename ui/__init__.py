"""The screens: base widgets that say how, and one file per noun that says what."""
