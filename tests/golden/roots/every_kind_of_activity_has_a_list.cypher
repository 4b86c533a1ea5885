CYPHER 5
CALL () {
  CALL () {
    MATCH (call_:Activity&Call)
      WHERE call_.id IS NOT NULL
    RETURN count(*) AS callsCount
  }
  RETURN [callsCount, null] AS calls
}
CALL () {
  CALL () {
    MATCH (email:Activity&Email)
      WHERE email.id IS NOT NULL
    RETURN count(*) AS emailsCount
  }
  RETURN [emailsCount, null] AS emails
}
CALL () {
  CALL () {
    MATCH (meeting:Activity&Meeting)
      WHERE meeting.id IS NOT NULL
    RETURN count(*) AS meetingsCount
  }
  RETURN [meetingsCount, null] AS meetings
}
CALL () {
  CALL () {
    MATCH (chat:Activity&Chat)
      WHERE chat.id IS NOT NULL
    RETURN count(*) AS chatsCount
  }
  RETURN [chatsCount, null] AS chats
}
CALL () {
  CALL () {
    MATCH (visit:Activity&Visit)
      WHERE visit.id IS NOT NULL
    RETURN count(*) AS visitsCount
  }
  RETURN [visitsCount, null] AS visits
}
CALL () {
  CALL () {
    MATCH (demo:Activity&Demo)
      WHERE demo.id IS NOT NULL
    RETURN count(*) AS demosCount
  }
  RETURN [demosCount, null] AS demos
}
CALL () {
  CALL () {
    MATCH (training:Activity&Training)
      WHERE training.id IS NOT NULL
    RETURN count(*) AS trainingsCount
  }
  RETURN [trainingsCount, null] AS trainings
}
CALL () {
  CALL () {
    MATCH (note:Activity&Note)
      WHERE note.id IS NOT NULL
    RETURN count(*) AS notesCount
  }
  RETURN [notesCount, null] AS notes
}
CALL () {
  CALL () {
    MATCH (task:Activity&Task)
      WHERE task.id IS NOT NULL
    RETURN count(*) AS tasksCount
  }
  RETURN [tasksCount, null] AS tasks
}
RETURN [calls, emails, meetings, chats, visits, demos, trainings, notes, tasks] AS answer
