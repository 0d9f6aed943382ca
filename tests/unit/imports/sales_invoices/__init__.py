"""Tests of sales invoices that become orders."""
