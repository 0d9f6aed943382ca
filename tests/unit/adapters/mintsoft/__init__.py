"""Tests of the adapter for Mintsoft."""
