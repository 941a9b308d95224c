#!/usr/bin/env ruby
# encoding: utf-8
require 'optparse'
require 'fileutils'
require_relative 'lib/plot'

month = ARGV.shift or abort "usage: #{$0} YYYY-MM"
Dir.chdir(File.dirname(__FILE__))
FileUtils.mkdir_p "out/#{month}"

%w[edits editors articles].each do |what|
  Plot.draw(what, month)
end

text = `python3 upload.py out/#{month}/*.png`
abort 'upload failed' unless $?.success?
puts text
# system "perl notify.pl #{month}"
