#!/bin/sh
nice -n 15 \
    java \
    -Xmx4g \
    -jar trimmomatic.jar PE \
    r1.fq r2.fq \
    out1.fq u1.fq out2.fq u2.fq \
    ILLUMINACLIP:adapters.fa:2:30:10
