<?php
echo "<mediawiki>\n</mediawiki>\n";
