"""Tables, sessions and queries: the only place that speaks SQL.

``cluster`` runs the private PostgreSQL; ``sessions`` opens transactions as an organisation;
``tables`` says what is stored; each other module holds the queries of one noun.
"""
