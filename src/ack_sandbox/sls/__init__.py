"""Log Service (SLS): its wire, its search and its SQL over the rows that the clusters leave behind."""
