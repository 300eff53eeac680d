"""Words that nearly every message holds: no phrase with rarer words is looked for by them. Only speed hangs on it."""

_COMMON = """
i a an the to of and or in on at it is im me my you u he she they we not no do dont be been was will would can cant just
so that this what with for have has had go going want all get now if but like know are am how why when who trump user
yo me mi un una el la los las de que y a en no se lo le es con por para si ya he ha muy mas todo
je j tu il elle on nous me ma mon un une le la les de du des que qui ne pas et a en ce se est pour plus suis ai
ich du er sie es wir mir mich mein der die das ein eine und zu nicht ist bin hab habe so auch nur noch mehr den
eu voce ele ela me meu minha um uma o os as de que e em nao se por mais ja ta to pra tudo
"""
_FREQUENT = """
more will out think here there one right from good make about up next should nothing keep stop say them end even where
take see thing over how doing too why when who has her his him they your them us people back did really were well than
been some being had day way didnt any look after wait doesnt said most first were into off very always last come let
another yes years year many again help must hate try trying big care says tell talking talk same other best also give
ever still going got could play world real love time work need never at by an as she hes youre theyre them then new
please much only our ill id ive youd night home live living life things wont @
"""
COMMON = frozenset(_COMMON.split())
FREQUENT = frozenset(_FREQUENT.split())
