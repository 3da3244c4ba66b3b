"""The hall's settings with one more address: the bare page that the hall's pages are measured against."""

from hall.settings import *  # noqa: F403 - everything but the addresses is the hall's

ROOT_URLCONF = "hall.bench.urls"
# Every request of a measurement comes from one machine; limits per address are tried with addresses in a header.
TRUSTED_PROXIES = 1
