#!/usr/bin/env bash
set -e
cd "$HOME/paste-bot"

old=$(git rev-parse HEAD)
git pull -q --ff-only || echo "pull failed, running what we have" >&2
new=$(git rev-parse HEAD)

JAR=target/paste-bot-1.4-jar-with-dependencies.jar
if [ "$old" != "$new" ] || [ ! -f "$JAR" ]; then
  mvn -q -B -DskipTests clean package
fi

# JAVA_TOOL_OPTIONS="-Xdebug ..." for debugging
exec java -Xmx512m -jar $JAR --config "$HOME/paste-bot.json"
