"""How long personal data is kept, what goes when, and what stands in the way (个人信息保护法第十九条、第四十七条)."""
