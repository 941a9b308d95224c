#!/bin/sh
# Start script of the bot.
BASE=`dirname $0`
JAVA_OPTS="-Xms64m -Xmx512m -Dlog4j.configuration=file:$BASE/log4j.properties"
CP=$BASE/conf
for jar in $BASE/lib/*.jar; do
    CP=$CP:$jar
done
perl $BASE/checkconf.pl $BASE/conf/bot.properties || exit 2
exec java -cp "$CP" $JAVA_OPTS org.example.bot.Main "$@"
