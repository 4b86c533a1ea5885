CYPHER 5
CALL () {
  CALL () {
    MATCH (call_:Activity&Call)
    RETURN count(*) AS callsCount
  }
  RETURN [callsCount, null] AS calls
}
CALL () {
  CALL () {
    MATCH (email:Activity&Email)
    RETURN count(*) AS emailsCount
  }
  RETURN [emailsCount, null] AS emails
}
CALL () {
  CALL () {
    MATCH (meeting:Activity&Meeting)
    RETURN count(*) AS meetingsCount
  }
  RETURN [meetingsCount, null] AS meetings
}
CALL () {
  CALL () {
    MATCH (chat:Activity&Chat)
    RETURN count(*) AS chatsCount
  }
  RETURN [chatsCount, null] AS chats
}
CALL () {
  CALL () {
    MATCH (visit:Activity&Visit)
    RETURN count(*) AS visitsCount
  }
  RETURN [visitsCount, null] AS visits
}
CALL () {
  CALL () {
    MATCH (demo:Activity&Demo)
    RETURN count(*) AS demosCount
  }
  RETURN [demosCount, null] AS demos
}
CALL () {
  CALL () {
    MATCH (training:Activity&Training)
    RETURN count(*) AS trainingsCount
  }
  RETURN [trainingsCount, null] AS trainings
}
CALL () {
  CALL () {
    MATCH (note:Activity&Note)
    RETURN count(*) AS notesCount
  }
  RETURN [notesCount, null] AS notes
}
CALL () {
  CALL () {
    MATCH (task:Activity&Task)
    RETURN count(*) AS tasksCount
  }
  RETURN [tasksCount, null] AS tasks
}
RETURN [calls, emails, meetings, chats, visits, demos, trainings, notes, tasks] AS answer
