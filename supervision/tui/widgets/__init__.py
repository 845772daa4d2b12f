"""The panes of a session, one module each: attributes come down, messages go up."""
