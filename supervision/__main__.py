"""`python -m supervision` is `supervision`."""

from supervision.cli import main

if __name__ == "__main__":
    main()
