"""Lists taken out of the house: typed workbooks and printed tables, with watermark, purpose and trail."""
