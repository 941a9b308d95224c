nvm() {
    case "$1" in
        use) PATH="$NVM_DIR/versions/node/$(cat .nvmrc)/bin:$PATH" ;;
        *) echo "nvm: not in this excerpt: $1" >&2; return 3 ;;
    esac
}
