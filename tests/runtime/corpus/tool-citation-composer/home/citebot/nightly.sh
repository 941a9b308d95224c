#!/usr/bin/env bash
cd "$(dirname "$(readlink -f "$0")")" || exit 1
export COMPOSER_HOME=$HOME/.composer

if ! cmp -s composer.lock .composer.lock.seen; then
	composer install --no-dev --no-interaction --quiet && cp -p composer.lock .composer.lock.seen
fi

# --slow asks zotero too
php process_list.php --slow < lists/nightly.txt
