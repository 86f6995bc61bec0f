"""What a course needs around the marks: what is handed in, what is kept, what is given back."""
