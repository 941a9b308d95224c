use strict;
use Wiki::Page;
print Wiki::Page->new('Foo')->title, "\n";
