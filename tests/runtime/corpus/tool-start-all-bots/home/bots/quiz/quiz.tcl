puts "quiz"
