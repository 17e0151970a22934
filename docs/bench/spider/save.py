"""A Scrapy spider that only saves: each address of the file $URLS, its body in a
file of its own. For docs/bench/crawl.sh."""

import os

import scrapy


class Save(scrapy.Spider):
    name = "save"
    custom_settings = {
        "ROBOTSTXT_OBEY": True,
        "CONCURRENT_REQUESTS": 16,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
        "DOWNLOAD_DELAY": 0,
        "COOKIES_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
    }

    def start_requests(self):
        with open(os.environ["URLS"]) as urls:
            for url in urls:
                yield scrapy.Request(url.strip(), dont_filter=True)

    def parse(self, response):
        with open(response.url.rsplit("/", 1)[1], "wb") as out:
            out.write(response.body)
