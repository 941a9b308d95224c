notify() {
    python3 "$HOME/bin/notify.py" --list "$1"
}
