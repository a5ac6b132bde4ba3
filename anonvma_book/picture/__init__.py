"""Pictures of a state that need nothing but text: rows, sentences, JSON, and the scene."""
