// The entry of every page that holds one of our elements: loads what each of them needs.
