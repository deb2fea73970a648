// HTTPConnections
