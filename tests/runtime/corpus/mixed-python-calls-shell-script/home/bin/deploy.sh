#!/bin/bash
php artisan cache:clear
