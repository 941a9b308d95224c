#!/bin/bash
# -Djava.ext.dirs=             ignore any existing native libs of Java
# -Xmx1024m                    use up to 1GB RAM (edit to increase)
# -Dfile.encoding=UTF-8        ensure Unicode characters in model files are compatible cross-platform
BASEDIR=`dirname $0`

if [ "${JAVA_HOME+set}" = "set" ] && [ -d "$JAVA_HOME" ]
then
   JAVA="${JAVA_HOME}/bin/java"
else
   JAVA="java"
fi

"$JAVA" -Xmx1024m -Dfile.encoding=UTF-8 -cp "$BASEDIR/app/netlogo-5.3.1.jar" org.nlogo.headless.Main "$@"

