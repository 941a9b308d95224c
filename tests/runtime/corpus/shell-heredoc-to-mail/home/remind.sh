#!/bin/bash
for user in $(cat maintainers.txt); do
mail -s "Your tool on the grid" "$user" <<-TEXT
	Dear $user,
	please move your job. The line in your crontab was
	jsub -once python bot.py
	and it may become
	php maintenance/run.php
TEXT
done
