# What quickstart asks of every node: sourced by it, which defines ask NAME QUERY...
ask "by relay-ID" relay 000200007ed977657374
ask "by link" link 2001:db8:c:2::1
ask "by remote-ID" remote 32473:686f7573652d37
