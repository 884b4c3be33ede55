"""What the browser and API tests share. Every check returns a list of sentences, one a problem, empty when all is well,
so that one test can look at many pages and name everything it found."""
