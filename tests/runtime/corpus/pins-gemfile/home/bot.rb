require "bundler/setup"
require "faraday"
