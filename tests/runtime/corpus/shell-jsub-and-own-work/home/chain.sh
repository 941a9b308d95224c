#!/bin/bash
php prepare.php > work.txt
jsub -N step2 -hold_jid step1 perl step2.pl work.txt
