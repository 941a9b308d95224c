import feedparser
