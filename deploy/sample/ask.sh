# What quickstart asks of every node: sourced by it, which defines ask NAME QUERY...
ask "by relay-ID" relay 0003000102005e1000aa
ask "by link" link 2001:db8:d::1
ask "by remote-ID" remote 32473:7368617265642d64726f70
