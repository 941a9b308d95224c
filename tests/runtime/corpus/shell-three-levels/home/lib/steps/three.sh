php -f "$HOME/lib/final.php"
