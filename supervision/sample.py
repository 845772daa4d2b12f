"""The sample: five invented sessions, up to one that is under way today.

Everything in it is made up, and everything was done by the rules, one change after another, as people would have done
it. Ash Patel supervises Sam Okafor, who works in supported housing; J and M live there. Bea Novak is a peer of Ash's.
"""

from datetime import date, datetime, time, timedelta

from supervision.model import changes as c
from supervision.model import ids
from supervision.model.apply import Act, apply
from supervision.model.pack import Pack
from supervision.model.values import Decision, Event, Matter, Person, Role, Session

ASH, SAM, BEA = "Ash Patel", "Sam Okafor", "Bea Novak"
ME = ASH
"""Whose keyboard the sample is shown at."""
MANAGER = "Maria Lewis, team manager"
_SEED = 20_240_501


def sample(today: date, broken: Pack, peer: Pack, *, now: datetime | None = None) -> tuple[Session, ...]:
    """The five sessions, oldest first, in days before `today`; ids are the same for the same day.

    `broken` and `peer` are the built-in packs. The session under way began in the morning of `today`, or a little
    before `now`.
    """
    with ids.seeded(_SEED):
        people = {name: ids.person_id() for name in (ASH, SAM, BEA)}
        days = [_workday(today - timedelta(weeks=weeks)) for weeks in (12, 8, 4, 2)]
        first = _first(_Telling(days[0], broken, people, (ASH, SAM)), days)
        second = _second(_Telling(days[1], broken, people, (ASH, SAM)), days)
        third = _third(_Telling(days[2], broken, people, (ASH, SAM)), days, first)
        _between(first, second, third, days, today)
        between_peers = _peers(_Telling(days[3], peer, people, (ASH, BEA), at=time(16, 0)), days)
        under_way = _under_way(_Telling(today, broken, people, (ASH, SAM), at=_morning(today, now)), today)
    return (first.session, second.session, third.session, between_peers.session, under_way.session)


class _Telling:
    """A session as it is being told: what is done is done by somebody, some minutes after it began."""

    def __init__(
        self, day: date, pack: Pack, people: dict[str, str], pair: tuple[str, str], *, at: time = time(10, 0)
    ) -> None:
        # The offset is that of the day itself, so that ten o'clock stays ten o'clock when the clocks change.
        self.start = datetime.combine(day, at).astimezone()
        self.minutes = 0.0
        roles: tuple[Role, Role] = ("peer", "peer") if pack.kind == "peer" else ("supervisor", "practitioner")
        stage = pack.stages[0]
        self.session = Session(
            id=ids.session_id(self.start),
            kind=pack.kind,
            started=self.start,
            people=tuple(Person(id=people[name], name=name, role=role) for name, role in zip(pair, roles, strict=True)),
            pack=pack,
            matters=(Matter(n=1),),
            stage=stage.id,
            prompt=stage.prompts[0].id if stage.prompts else "",
            history=(Event(at=self.start, by=people[pair[0]], kind="started"),),
        )

    def do(self, by: str, *changes: c.Change) -> None:
        """These changes by one person, half a minute apart."""
        for change in changes:
            self.minutes += 0.5
            self.session = apply(self.session, change, Act(by, self.start + timedelta(minutes=self.minutes)))

    def later(self, day: date, by: str, change: c.Change, *, at: time = time(15, 30)) -> None:
        """A change on another working day, after the session."""
        self.session = apply(self.session, change, Act(by, datetime.combine(_workday(day), at).astimezone()))

    def stage(self, stage: str, *lines: tuple[str, str], minute: int) -> None:
        """Goes on to a stage, so many minutes after the start, and writes these lines there."""
        self.minutes = float(minute)
        self.do(self.session.people[0].name, c.MoveTo(stage=stage))
        for by, line in lines:
            self.do(by, c.WriteNote(text=line))

    def decide(self, by: str, options: tuple[c.OptionText, ...], **fields: str) -> Decision:
        self.do(by, c.Propose(fields=fields, options=options))
        return self.session.decisions[-1]

    def agree(self, decision: Decision, *names: str) -> None:
        for name in names:
            self.do(name, c.Agree(id=decision.id))

    def act(self, by: str, text: str, *, owner: str = "", due: date | None = None, waiting_on: str = "") -> str:
        self.do(by, c.AddAction(text=text, owner=owner, due=due and _workday(due), waiting_on=waiting_on))
        return self.session.actions[-1].id

    def close(self, by: str, focus: str, following: date, *themes: str, signed: bool = True, minute: int = 88) -> None:
        """Sets the next date, says what it was about, signs if it is to be signed, and ends."""
        self.do(by, c.SetNext(on=following, focus=focus), c.ChooseThemes(themes=themes))
        if signed:
            for person in reversed(self.session.people):
                self.do(person.name, c.Sign())
        self.minutes = float(minute)
        self.do(by, c.End())


def _workday(day: date) -> date:
    """The day, or the Friday before a weekend."""
    return day - timedelta(days=max(0, day.weekday() - 4))


def _morning(today: date, now: datetime | None) -> time:
    """When the session under way began: at ten, or not long before now if that would not be in the past."""
    if now is None or now.date() != today:
        return time(10, 0)
    begun = now - timedelta(minutes=40)
    return begun.time().replace(second=0, microsecond=0) if begun.date() == today else time(0, 0)


# -- twelve weeks ago: messages after nine ------------------------------------------------------------------------


def _first(told: _Telling, days: list[date]) -> _Telling:
    told.do(ASH, c.SetPlace(place="The small room at the office"))
    told.stage(
        "arrive",
        (SAM, "Two late shifts in a row. Glad to sit down."),
        (ASH, "Came from a difficult meeting; leaving it outside the door."),
        (SAM, "Would like to be stretched today, and backed."),
        minute=1,
    )
    told.do(ASH, c.Acknowledge())
    told.do(SAM, c.Acknowledge())
    told.stage("look-back", (ASH, "First session since I took over. Nothing is carried over."), minute=6)
    told.do(
        SAM,
        c.EditMatter(
            alias="J",
            text="J, nineteen, left care last year. Messages the work phone after nine most evenings. I answer "
            "the next morning. J asked for my own number.",
            question="What do I owe J in the evening, and how do I say no to my own number without shutting the door?",
        ),
    )
    told.stage(
        "bring",
        (SAM, "J writes around half past nine: how the day was, sometimes only 'you there?'."),
        (SAM, "By morning it has gone flat. 'Doesn't matter now.'"),
        (SAM, "I lie awake over it, and once I answered from bed. I told J the next day that I shouldn't have."),
        (ASH, "Noticed how quickly Sam apologised for minding."),
        minute=14,
    )
    told.stage(
        "boundaries",
        (SAM, "Eleven placements. J says: 'Everybody's got hours. Nobody's got time.'"),
        (SAM, "So a closed phone isn't neutral for J. It is the old story again."),
        (ASH, "How do we know? J said it, twice, in those words."),
        minute=29,
    )
    told.stage(
        "relationships",
        (SAM, "J trusts what is said plainly. What hurts is not knowing whether anybody will answer."),
        (ASH, "Firm and known might be warmer than loose and guessed at."),
        minute=35,
    )
    told.stage(
        "offering",
        (SAM, "Policy: no contact out of hours, no private numbers. The first is a habit, the second is written."),
        (SAM, "The out-of-hours line exists. J rang once and got a call centre."),
        (ASH, "What would the team manager say to one reply in the evening, from the work phone, on a shift?"),
        minute=40,
    )
    told.stage(
        "kindness",
        (SAM, "Kind to J: to be answered. Kind to me: to be off when I'm off."),
        (ASH, "And kind to the others: eight people live there, and they talk."),
        minute=46,
    )
    told.stage(
        "extra-mile",
        (SAM, "One message before eight, on the days I work. Not a conversation: 'Got yours. Tomorrow at ten.'"),
        (SAM, "J would go to bed knowing. That's the difference."),
        minute=51,
    )
    told.stage(
        "need",
        (SAM, "To be held in mind by somebody between one visit and the next."),
        (ASH, "Because J needs to know that somebody answers: that stands. Because J needs Sam: careful."),
        minute=56,
    )
    told.stage(
        "systems",
        (ASH, "Three teams have the same question, and each worker answers it alone."),
        (SAM, "The out-of-hours line was made for emergencies, not for evenings."),
        minute=61,
    )
    told.act(
        ASH,
        "Take evening contact to the team meeting as a question for everybody",
        owner=ASH,
        due=days[0] + timedelta(days=21),
    )
    told.act(SAM, "Ask the manager to help to start a discussion group about boundaries")
    told.stage("decide", minute=66)
    reply = told.decide(
        SAM,
        (
            c.OptionText(
                "Keep to office hours, and explain it well",
                "Predictable; feels like the door closing again",
                "Rest; goes on worrying",
                "The same for everybody",
            ),
            c.OptionText(
                "One short reply by eight, on shift days, from the work phone",
                "Knows where they stand before the night",
                "Five minutes of a shift; needs cover when away",
                "Others may ask for the same, and should be able to",
            ),
        ),
        title="One reply by eight in the evening",
        situation="J messages in the evening and hears nothing until the next day.",
        usual_practice="No contact out of hours. A habit of the service, not written policy.",
        need="To know that somebody answers, between one visit and the next.",
        persons_view="J: 'I don't need a chat. I need to know you've seen it.'",
        stance="bend",
        limits="One message, by eight, on the days Sam works; for eight weeks. It stops if it turns into "
        "a conversation or if Sam answers off shift.",
        risks="Being let down on days off; leaning on one person.",
        practitioner_risk="Work leaking into evenings; being told off for it later.",
        safeguards="J has Sam's rota. The out-of-hours line is on J's fridge. Messages stay on the work phone.",
        rationale="Being answered is what J has never been able to count on, and a known small thing does more "
        "good than a large uncertain one.",
        explained_how="Sam says it face to face at the next visit, with the rota, and asks J what they make of it.",
        followed_how="The work phone shows the times.",
        case_file="Yes, Sam puts the decision on the case file.",
        review_on=days[1].isoformat(),
    )
    told.do(SAM, c.SetSupport(id=reply.id, status="asked", by=MANAGER))
    told.agree(reply, SAM, ASH)
    number = told.decide(
        ASH,
        (
            c.OptionText(
                "No private number, and say why",
                "Clear; stings",
                "A home that is a home",
                "Nobody is let in by a side door",
            ),
            c.OptionText(
                "Give the number for emergencies",
                "A lifeline, or a promise that can't be kept",
                "Never quite off duty",
                "Unfair, and soon known",
            ),
        ),
        title="No private number",
        situation="J asked for Sam's own number, 'just in case'.",
        usual_practice="Written policy: no private numbers. The organisation sets it.",
        need="To reach somebody when it matters, at night too.",
        persons_view="J thought the answer would be no, and asked anyway: 'Worth a try.'",
        stance="hold",
        risks="Hears one more adult closing a door.",
        practitioner_risk="Feels unkind; may be tempted another time.",
        safeguards="Said together with the reply by eight and with what the out-of-hours line can do.",
        rationale="A number that is not always answered would teach J the old lesson once more. What we offer must be "
        "something that we can keep.",
        explained_how="In the same talk: first what Sam can do, then what not, and that asking was fine.",
        case_file="Not needed.",
        review_on=_workday(days[3]).isoformat(),
    )
    told.agree(number, ASH, SAM)
    told.do(
        SAM,
        c.Disagree(
            id=number.id,
            text="I go along with it, and I still think there are nights when the rule protects us more than J.",
            resolve_by="At the review, with what J has said about it by then",
        ),
    )
    told.stage("act", minute=78)
    rota = told.act(
        SAM, "Give J the rota and tell them about the reply by eight", owner=SAM, due=days[0] + timedelta(days=3)
    )
    line = told.act(
        SAM,
        "Find out what the out-of-hours line can offer in an ordinary evening",
        owner=SAM,
        due=days[0] + timedelta(days=14),
    )
    told.stage(
        "sign",
        (ASH, "Read back. 'Shouldn't have' about the message from bed stays in, at Sam's wish."),
        (SAM, "What was useful: to say aloud that I mind."),
        minute=82,
    )
    told.close(ASH, "How the evenings are going", days[1], "out-of-hours", "messages", "no-service")
    told.later(days[0] + timedelta(days=2), SAM, c.SetSupport(id=reply.id, status="given", by=MANAGER))
    told.later(
        days[0] + timedelta(days=3),
        SAM,
        c.SetActionStatus(id=rota, status="done", note="J put it on the fridge and drew a clock next to it."),
    )
    told.later(
        days[0] + timedelta(days=9),
        SAM,
        c.NoteAction(id=line, text="Rang them. They do take calls that are no emergency; nobody had ever told us."),
    )
    told.later(days[0] + timedelta(days=12), SAM, c.SetActionStatus(id=line, status="done", note="Told the team, too."))
    return told


# -- eight weeks ago: two matters ---------------------------------------------------------------------------------


def _second(told: _Telling, days: list[date]) -> _Telling:
    told.do(ASH, c.SetPlace(place="The small room at the office"))
    told.stage(
        "arrive",
        (SAM, "Better. Two evenings without thinking of the phone."),
        (ASH, "A cold, otherwise well. Kettle first."),
        minute=1,
    )
    told.do(ASH, c.Acknowledge())
    told.do(SAM, c.Acknowledge())
    told.stage(
        "look-back",
        (SAM, "The reply by eight works. Nineteen messages, seventeen answers by eight, two late and said so."),
        (SAM, "J: 'You said eight and it was eight.'"),
        (ASH, "The team meeting was cancelled twice. Still mine."),
        minute=6,
    )
    told.do(
        SAM,
        c.EditMatter(
            alias="J",
            text="J has been to see a flat of their own and wants me to come to the second viewing, on my day off.",
            question="Is this a job for me, or for somebody who will still be there afterwards?",
        ),
    )
    told.stage(
        "bring",
        (SAM, "J walked through the rooms on the phone to me and described every one."),
        (SAM, "Proud, and frightened. So am I, a bit."),
        minute=14,
    )
    told.stage(
        "boundaries",
        (SAM, "For J, people come to the good things too late, or not at all."),
        (ASH, "Whose wish is it that it be Sam? J's, said out loud; and a little Sam's, said now."),
        minute=24,
    )
    told.stage(
        "offering",
        (SAM, "The move-on worker could go, and stays on for a year after the move. J has met her once."),
        (ASH, "Introduced, not passed on: go to the first half hour together?"),
        minute=31,
    )
    told.stage(
        "need",
        (SAM, "Somebody beside them who remembers what was promised, and who is there next year."),
        minute=38,
    )
    told.stage("decide", minute=42)
    viewing = told.decide(
        SAM,
        (
            c.OptionText(
                "Sam goes alone, on the day off",
                "The person they asked for",
                "A day off gone, and a habit begun",
                "Nobody else gets that",
            ),
            c.OptionText(
                "The move-on worker goes; Sam joins by phone from the shift",
                "A second person who stays; Sam is there for the start",
                "A day off that is one",
                "Can be done for everybody who moves",
            ),
        ),
        title="The viewing with the move-on worker",
        situation="J wants Sam at the second viewing, which falls on Sam's day off.",
        usual_practice="Viewings belong to the move-on service.",
        need="Company at a big step, from somebody who will still be there after the move.",
        persons_view="J: 'Fine, if she's not rubbish. And you pick up when I ring.'",
        stance="offer-elsewhere",
        limits="Sam swaps two hours of a shift for the day before, to introduce them.",
        risks="Feels handed over once more.",
        safeguards="They meet over tea first. J decides whether that was enough.",
        rationale="What J needs at the viewing is somebody who will know this flat in a year. That is not Sam, "
        "and saying so now is kinder than leaving later.",
        explained_how="Sam asks J, before anything is arranged.",
        review_on=days[2].isoformat(),
    )
    told.agree(viewing, SAM, ASH)
    told.do(
        SAM,
        c.AddMatter(
            alias="M",
            text="M, in her seventies, bakes for the staff, and every Friday there is a cake with my name on it. "
            "The gift policy says no gifts.",
        ),
        c.EditMatter(question="How do I take a cake without taking a gift, or leave it without hurting her?"),
    )
    told.stage(
        "bring",
        (SAM, "M ran a canteen for thirty years. Feeding people is who she is."),
        (SAM, "A colleague refused a slice and M did not bake for a fortnight."),
        minute=50,
    )
    told.stage(
        "kindness",
        (ASH, "Letting somebody give is a kindness, too."),
        (SAM, "She has so few people left to give to."),
        minute=57,
    )
    told.stage(
        "extra-mile",
        (SAM, "Bake with her, in the shared kitchen, for the whole house? She would be the one who teaches."),
        minute=62,
    )
    told.stage("decide", minute=66)
    cakes = told.decide(
        SAM,
        (
            c.OptionText(
                "Refuse, and point to the policy",
                "Safe on paper; she loses what makes her herself",
                "No questions asked; feels mean",
                "The same for all",
            ),
            c.OptionText(
                "Take it for everybody, on the kitchen table, and write it in the gift book",
                "She still gives, and to more people",
                "Open, so nothing to hide",
                "Everybody has some",
            ),
        ),
        title="Cakes on the kitchen table",
        situation="M bakes a cake for Sam every week; the policy says no gifts.",
        usual_practice="Gifts over five pounds are refused; smaller ones are written down. Set by the organisation.",
        need="To go on being somebody who feeds people.",
        persons_view="M: 'If it's for the house then it's for the house. But you get the first slice.'",
        stance="soften",
        limits="For the house, never for one person alone; nothing bought.",
        risks="Tires herself; spends what she does not have.",
        safeguards="The gift book, open to all. Sam keeps an eye on what the baking costs her.",
        rationale="The policy is there so that nobody can buy favour. A cake that everybody eats buys none, "
        "and refusing it would take from M what she has to give.",
        explained_how="Sam said it to her in the kitchen, and she laughed.",
        review_on=days[2].isoformat(),
    )
    told.agree(cakes, SAM, ASH)
    told.stage("act", minute=78)
    book = told.act(
        SAM, "Write the cakes into the gift book and say so at handover", owner=SAM, due=days[1] + timedelta(days=5)
    )
    daughter = told.act(
        SAM, "Ask M's daughter whether the baking is a strain on money", owner=SAM, due=days[1] + timedelta(days=14)
    )
    tea = told.act(SAM, "Bring J and the move-on worker together over tea", owner=SAM, due=days[1] + timedelta(days=7))
    told.stage("sign", (ASH, "Read back. No names of places in it."), minute=84)
    focus = "The viewing, the cakes, and whether the reply by eight is still right"
    told.close(ASH, focus, days[2], "practical-help", "gifts-money", "rules")
    told.later(days[1] + timedelta(days=4), SAM, c.SetActionStatus(id=book, status="done", note="Page to itself now."))
    told.later(
        days[1] + timedelta(days=6),
        SAM,
        c.SetActionStatus(
            id=tea,
            status="done",
            note="They talked about curtains for half an hour. J rang me afterwards: 'She's all right.'",
        ),
    )
    told.later(
        days[1] + timedelta(days=8),
        SAM,
        c.SetActionStatus(
            id=daughter,
            status="dropped",
            note="M asked me not to, and showed me her shopping list instead. Her money, her say.",
        ),
    )
    told.later(
        days[1] + timedelta(days=10),
        SAM,
        c.AddAddendum(text="The viewing was on the Wednesday, so Sam's day off was not touched in the end."),
    )
    return told


# -- four weeks ago: something new in place of the old ------------------------------------------------------------


def _third(told: _Telling, days: list[date], first: _Telling) -> _Telling:
    old = first.session.decisions[0]
    told.do(ASH, c.SetPlace(place="A walk round the park, then the small room"))
    told.stage(
        "arrive",
        (SAM, "J got the flat. I'm happy, and I have a lump in my throat."),
        (ASH, "Let's not tidy that away."),
        minute=1,
    )
    told.do(ASH, c.Acknowledge())
    told.do(SAM, c.Acknowledge())
    told.stage(
        "look-back",
        (SAM, "The reply by eight has done its work. J writes less, and asks less whether I'm there."),
        (SAM, "J misses it on the weekends, when I'm off. That is where the gap is now."),
        (ASH, "The cakes: kept. M has an apprentice, it turns out: J."),
        minute=6,
    )
    told.do(
        SAM,
        c.EditMatter(
            alias="J",
            text="J moves in six weeks and asked me to come to the award evening at college, as 'my people'. It is "
            "out of hours, and families are invited.",
            question="Can I sit in the row that is kept for family, and what would I be telling J by it?",
        ),
    )
    told.stage(
        "bring",
        (SAM, "Two tickets. One for me, one for M. Nobody else to ask."),
        (SAM, "I said I'd think about it, and J said: 'That's a no, then.'"),
        (ASH, "Heard pride in Sam's voice, and grief."),
        minute=15,
    )
    told.stage(
        "boundaries",
        (SAM, "Nobody has ever come to anything of J's. They counted for me: none."),
        (ASH, "A clapping pair of hands is not a substitute parent. What is it, then? A witness."),
        minute=27,
    )
    told.stage(
        "offering",
        (SAM, "Rule: no social events with people we support. Written, and there for good reasons."),
        (SAM, "Getting there is a question of its own: lifts in our own cars are not insured."),
        (SAM, "I'd like to go. Once, in work time, known to everybody."),
        (ASH, "Ask for it as work: two hours, with the manager's yes."),
        minute=34,
    )
    told.stage(
        "kindness",
        (SAM, "Staying away would be correct, and J would read it as: you were a shift."),
        (ASH, "And going could read as: I'm family. Say beforehand what it is."),
        minute=42,
    )
    told.stage(
        "need",
        (SAM, "Somebody who saw it happen."),
        (SAM, "In the evenings: somebody nearer home than me, weekends too."),
        minute=50,
    )
    told.stage("systems", (ASH, "A peer mentor scheme exists on paper. Ours would be the first to use it."), minute=55)
    mentors = told.act(
        ASH,
        "Ask the manager to bring the peer mentor scheme to life",
        owner=ASH,
        due=days[2] + timedelta(days=14),
        waiting_on=MANAGER,
    )
    told.stage("decide", minute=60)
    mentor = told.decide(
        SAM,
        (
            c.OptionText(
                "Keep the reply by eight until the move",
                "Known and trusted; ends with a bump",
                "Fits the rota",
                "Unchanged",
            ),
            c.OptionText(
                "Hand the evenings to a peer mentor, over three weeks",
                "Somebody who knows leaving care from the inside, weekends too",
                "Lets go in good time",
                "The first of several, if it works",
            ),
        ),
        title="Evenings with the peer mentor",
        situation="The reply by eight ends with the move, and the weekends have always been empty.",
        usual_practice="No contact out of hours; for eight weeks now, one reply by eight, agreed for J.",
        need="To be answered in the evening by somebody who will still be there after the move.",
        persons_view="J: 'Is it somebody who's been in care? Then yeah.'",
        stance="offer-elsewhere",
        limits="Three weeks side by side, then the mentor alone. Sam replies by eight until then.",
        risks="The mentor turns out unreliable, which would hurt more than nothing.",
        safeguards="The mentor has a supervisor of their own. J can say 'not this one'.",
        rationale="The reply taught J that being answered is possible. Now it can come from somebody who stays.",
        explained_how="J chooses the mentor, from two.",
        review_on=(days[2] + timedelta(weeks=8)).isoformat(),
    )
    told.do(SAM, c.LinkReplaces(id=mentor.id, old=old.id))
    told.agree(mentor, SAM, ASH)
    award = told.decide(
        SAM,
        (
            c.OptionText(
                "Send a card, and hear all about it the next day",
                "Kind, and an empty seat",
                "Within the rule",
                "No questions",
            ),
            c.OptionText(
                "Go, in work time, and sit with the teachers",
                "Somebody saw it happen",
                "Two hours; may be talked about",
                "Others will ask, and that is fair",
            ),
            c.OptionText(
                "M goes, and Sam helps with the bus",
                "Company from home",
                "Within the role",
                "M's evening, too",
            ),
        ),
        title="The award evening, in work time",
        situation="J has invited Sam and M to the award evening at college.",
        usual_practice="No social events with people we support. Written policy, set by the organisation.",
        need="To have somebody see what they have done.",
        persons_view="Not yet asked, because J was told 'I'll think about it' and should hear an answer together "
        "with the question how they would like it to be.",
        stance="cross",
        limits="This one evening, two hours, in work time, among the teachers. No photographs.",
        risks="Takes it for family, and the move hurts the more.",
        practitioner_risk="Being seen as having favourites.",
        safeguards="The manager and the team know beforehand. Sam says to J what it is: work that Sam is glad to do.",
        rationale="A witness is what J has never had. Once, openly and in work time, is something that we can stand "
        "by in front of everybody.",
        explained_how="Sam tells J as soon as the answer is there, whichever it is.",
        review_on=(days[2] + timedelta(weeks=10)).isoformat(),
    )
    told.do(SAM, c.SetSupport(id=award.id, status="asked", by=MANAGER))
    told.agree(award, ASH, SAM)
    asking = next(a.id for a in told.session.actions if a.decision == award.id and a.purpose == "ask-support")
    person = next(a.id for a in told.session.actions if a.decision == award.id and a.purpose == "ask-person")
    told.stage("act", minute=78)
    told.do(SAM, c.EditAction(id=asking, due=_workday(days[2] + timedelta(days=10))))
    told.do(SAM, c.EditAction(id=person, due=_workday(days[2] + timedelta(days=35))))
    told.act(SAM, "Sit down with J and choose a peer mentor", owner=SAM, due=days[2] + timedelta(days=21))
    told.stage(
        "sign",
        (ASH, "Read back. The college is not named; 'award evening' could be anybody's."),
        (SAM, "Useful: the word witness."),
        minute=83,
    )
    told.close(
        ASH, "J's move, and saying goodbye well", days[2] + timedelta(weeks=4), "out-of-hours", "endings", "rules"
    )
    told.later(
        days[2] + timedelta(days=9),
        SAM,
        c.NoteAction(
            id=asking, text="Asked at handover. She wants to think about who else might ask, and come back to me."
        ),
    )
    told.later(days[2] + timedelta(days=13), ASH, c.NoteAction(id=mentors, text="Sent two pages. No answer yet."))
    return told


def _between(first: _Telling, second: _Telling, third: _Telling, days: list[date], today: date) -> None:
    """What became of earlier decisions and actions, where it was done in a later session or on a day between."""
    reply = first.session.decisions[0]
    mentor = third.session.decisions[0]
    viewing, cakes = second.session.decisions
    group, meeting = first.session.actions[1], first.session.actions[0]
    first.later(
        days[0] + timedelta(days=22),
        ASH,
        c.NoteAction(id=meeting.id, text="Meeting cancelled. On the list for the next one."),
    )
    first.later(
        days[1],
        ASH,
        c.ReviewDecision(
            id=reply.id, outcome="kept", note="Works for both. J counts on it and asks for no more.", review_on=days[2]
        ),
        at=time(10, 9),
    )
    first.later(
        days[1],
        ASH,
        c.KeepAction(id=meeting.id, note="Cancelled twice. I still want everybody in the room for this one."),
        at=time(10, 11),
    )
    first.later(
        days[2],
        SAM,
        c.NoteAction(id=group.id, text="Two people from the other house would come. Somebody has to call it."),
        at=time(10, 58),
    )
    first.later(days[2], ASH, c.LinkReplacedBy(id=reply.id, new=mentor.id, on=days[2]), at=time(11, 9))
    second.later(
        days[2],
        SAM,
        c.ReviewDecision(id=viewing.id, outcome="ended", note="They went, it went well, J got the flat."),
        at=time(10, 10),
    )
    second.later(
        days[2],
        SAM,
        c.ReviewDecision(
            id=cakes.id,
            outcome="kept",
            note="The whole house eats on Fridays. M looks well on it.",
            review_on=today + timedelta(weeks=6),
        ),
        at=time(10, 13),
    )


# -- two weeks ago: two peers -------------------------------------------------------------------------------------


def _peers(told: _Telling, days: list[date]) -> _Telling:
    told.do(BEA, c.SetPlace(place="A voice call"))
    told.stage(
        "agree",
        (BEA, "Between us, unless one of us hears that somebody is at risk; then we say so to each other first."),
        (ASH, "Bea goes first, then I do. No advice unless asked for."),
        minute=1,
    )
    told.do(ASH, c.Acknowledge())
    told.do(BEA, c.Acknowledge())
    told.do(
        BEA,
        c.EditMatter(
            alias="R",
            text="R, a father of two, hugs me at the end of every visit. I stiffen, he notices, we both say nothing.",
            question="What do I want to do with this hug?",
        ),
    )
    told.stage(
        "present-a",
        (BEA, "He does it as others shake hands. His mother died not long ago."),
        (BEA, "I don't mind the hug. I mind that I've never decided about it."),
        minute=9,
    )
    told.stage("clarify-a", (ASH, "Who else is there? The children, mostly."), minute=14)
    told.stage(
        "lens-a",
        (BEA, "B: I assume he would be ashamed if I said something. He has never told me so."),
        (BEA, "K: stiffening is the unkindest of all the ways."),
        minute=16,
    )
    told.stage(
        "reflect-a",
        (ASH, "I noticed that you spoke of his mother in the same breath."),
        (ASH, "I wondered who else touches him these days."),
        minute=20,
    )
    told.stage("respond-a", (BEA, "A word about it, from me, before the next one. That stayed."), minute=24)
    told.decide(
        BEA,
        (
            c.OptionText("Step back to a handshake", "Clear; may sting", "Simple", "The same for all"),
            c.OptionText(
                "Speak of it, and let him choose a hug or a hand",
                "Asked, perhaps for the first time",
                "Needs courage once",
                "The children hear people being asked",
            ),
        ),
        title="Ask R about the hug",
        situation="R hugs at the end of each visit, and neither has ever spoken of it.",
        usual_practice="No touch, says the induction. No policy that anybody could find.",
        need="Comfort, without guessing.",
        persons_view="Not yet asked, because that is the very thing to be done.",
        stance="soften",
        risks="Embarrassed in front of the children.",
        safeguards="When the children are at school. Bea's manager knows beforehand.",
        rationale="What has been spoken of can be stopped, by either of them.",
        review_on=(days[3] + timedelta(weeks=6)).isoformat(),
    )
    told.do(
        ASH,
        c.AddMatter(
            alias="T",
            text="T, whom I supervise, cries in most sessions. I keep running over, by half an hour or so.",
        ),
        c.EditMatter(question="For whom do I run over?"),
    )
    told.stage(
        "present-b",
        (ASH, "I can't end an hour on tears. So we don't end."),
        (ASH, "My own supervisor used to look at the clock. I swore I never would."),
        minute=31,
    )
    told.stage(
        "lens-b",
        (ASH, "N: what T needs may be an end that can be relied upon, more than more time."),
        (BEA, "E: what if the extra mile were a second, shorter meeting in the week?"),
        minute=38,
    )
    told.stage(
        "reflect-b",
        (BEA, "I felt tired for you. I noticed you smiled when you spoke of the clock."),
        minute=43,
    )
    told.stage(
        "respond-b", (ASH, "Say at the start when we end, and ten minutes before. Try it three times."), minute=46
    )
    told.stage("close", (BEA, "Neither of us heard anything that has to go further."), minute=52)
    told.act(BEA, "Take the question about R to my manager", owner=BEA, due=days[3] + timedelta(days=10))
    told.act(ASH, "Tell T at the start when we end", owner=ASH, due=days[3] + timedelta(days=21))
    following = days[3] + timedelta(weeks=4)
    told.close(ASH, "The hug, and the clock", following, "touch", "endings", signed=False, minute=61)
    return told


# -- today --------------------------------------------------------------------------------------------------------


def _under_way(told: _Telling, today: date) -> _Telling:
    told.do(ASH, c.SetPlace(place="The small room at the office"))
    told.stage(
        "arrive",
        (SAM, "Slept badly. J's boxes are in the hall."),
        (ASH, "Clear head, full diary. Here for the whole hour and a half."),
        (SAM, "Heard, please. And a push at the end."),
        minute=1,
    )
    told.do(ASH, c.Acknowledge())
    told.do(SAM, c.Acknowledge())
    told.stage(
        "look-back",
        (SAM, "No answer on the award evening. It is getting close, and J has stopped asking."),
        (ASH, "Then I ask with you, this week."),
        (SAM, "The private number: J hasn't mentioned it again. I want to look at it properly today."),
        minute=5,
    )
    told.act(ASH, "Ring the manager with Sam about the award evening", owner=ASH, due=today + timedelta(days=3))
    told.do(
        SAM,
        c.EditMatter(
            alias="J",
            text="J moves in two weeks. My part ends with the move. J has asked whether I will visit, and I have not "
            "answered.",
            question="How do I say goodbye to J without disappearing?",
        ),
    )
    told.stage(
        "bring",
        (SAM, "On Tuesday J asked: 'So will you come round, when I've got a kettle?' I talked about the kettle."),
        (SAM, "I think I was protecting myself."),
        (ASH, "Fond, sad, and a bit caught. Is that it? Yes."),
        minute=10,
    )
    told.stage(
        "boundaries",
        (SAM, "Goodbyes, for J: a bag in the hall and a car outside. Nobody ever came back to say it."),
        (SAM, "J told me so last week, while packing. Not my guess."),
        (ASH, "So an end that is announced would be something new."),
        minute=19,
    )
    told.stage(
        "relationships",
        (SAM, "What made trust: saying what I can do and then doing exactly that."),
        (ASH, "The ending is the last chance to do it once more."),
        minute=24,
    )
    told.stage(
        "offering",
        (SAM, "Rule: the case is closed on the day of the move. No visits after that."),
        (SAM, "I would like to come for one cup of tea. A date, an hour, and then a real goodbye."),
        (ASH, "Could move-on invite you? Then it is J's kettle, J's door, and J who asks you in."),
        minute=28,
    )
    told.do(
        SAM,
        c.Propose(
            fields={"title": "One visit after the move", "situation": "J asks whether Sam will come round afterwards."},
            options=(
                c.OptionText(
                    "Say goodbye on the day of the move", "Clear, among boxes and vans", "", "As for everybody"
                ),
                c.OptionText("One visit for tea, a fortnight later", "Somebody comes back to say it", "", ""),
            ),
        ),
    )
    told.stage(
        "kindness",
        (SAM, "Kind would be not to leave J wondering."),
        (ASH, "And kind to Sam? You are allowed to be sad about a good ending."),
        minute=34,
    )
    return told
