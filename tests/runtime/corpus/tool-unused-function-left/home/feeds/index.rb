puts '<html>'

