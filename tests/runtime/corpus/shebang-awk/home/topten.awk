#!/usr/bin/awk -f
# hits per page, index.php only
/index\.php/ { hits[$7]++ }
END { for (p in hits) print hits[p], p | "sort -rn | head -10" }
