use strict;
use MediaWiki::API;
print MediaWiki::API->new->{config}{api_url} // '', "\n";
