#!/bin/bash
#$ -N {{job_name}}
#$ -wd {{working_directory}}
#$ -pe {{partition}} {{cores}}
{%- if run_time_max %}
#$ -l h_rt={{run_time_max}}
{%- endif %}
#$ -o out.txt
#$ -e error.txt

{{command}}
