"""Did the API change under the operations that you call, and what does it mean for your code?"""
