"""Every code of the catalogue: provoked, mended as its fix says, and gone."""
