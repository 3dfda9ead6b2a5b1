"""Durable work for later: rows written with the change they follow from, claimed by workers under leases."""
