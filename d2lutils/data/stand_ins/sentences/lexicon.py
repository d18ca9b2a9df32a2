"""The words of the little grammar, English and French side by side."""

from typing import NamedTuple

from d2lutils.data.stand_ins.sentences.french import regular


class Noun(NamedTuple):
    """A noun: its English singular and plural, its French singular, gender and what kind of thing it is."""

    one: str
    many: str
    french: str
    gender: str
    kind: str


class Verb(NamedTuple):
    """A verb. ``tail`` is the English particle (*look* at), ``takes`` the kinds of its object, ``uses`` its limits."""

    base: str
    past: str
    tail: str
    infinitive: str
    present: tuple[str, ...]
    participle: str
    with_être: bool
    takes: tuple[str, ...]
    uses: str


class Adjective(NamedTuple):
    """An adjective: (masculine, feminine[, masculine before a vowel]), what it fits, whether it precedes its noun."""

    english: str
    french: tuple[str, ...]
    kinds: str
    before: bool


IRREGULAR = {"man": "men", "woman": "women", "child": "children", "mouse": "mice", "knife": "knives", "fish": "fish"}


def _plural(word: str) -> str:
    if word in IRREGULAR:
        return IRREGULAR[word]
    if word.endswith(("s", "x", "ch", "sh", "o")) and not word.endswith("eo") and word not in ("photo", "piano"):
        return word + "es"
    return word[:-1] + "ies" if word[-1] == "y" and word[-2] not in "aeiou" else word + "s"


def _nouns(kind: str, table: str) -> list[Noun]:
    rows = (row.split() for row in table.split(","))
    return [Noun(one.replace("_", " "), _plural(one), french, gender, kind) for one, french, gender in rows]


NOUNS = [
    *_nouns("person", "man homme m, woman femme f, boy garçon m, girl fille f, child enfant m, doctor médecin m, "
            "teacher professeur m, friend ami m, neighbor voisin m, king roi m, queen reine f, hero héros m"),
    *_nouns("family", "brother frère m, sister sœur f, mother mère f, father père m, son fils m, daughter fille f, "
            "uncle oncle m, aunt tante f"),
    *_nouns("animal", "dog chien m, cat chat m, bird oiseau m, horse cheval m, mouse souris f, cow vache f, "
            "owl hibou m, bee abeille f"),
    *_nouns("thing", "key clé f, chair chaise f, table table f, lamp lampe f, cup tasse f, glass verre m, "
            "knife couteau m, box boîte f, bag sac m, ball balle f, clock horloge f, tree arbre m, flower fleur f, "
            "phone téléphone m, computer ordinateur m, guitar guitare f, umbrella parapluie m, gift cadeau m, "
            "photo photo f"),
    *_nouns("text", "book livre m, letter lettre f, newspaper journal m, story histoire f, poem poème m"),
    *_nouns("opening", "door porte f, window fenêtre f"),
    *_nouns("vehicle", "car voiture f, bicycle vélo m, boat bateau m"),
    *_nouns("transport", "train train m, bus bus m, plane avion m"),
    *_nouns("clothes", "hat chapeau m, shirt chemise f, dress robe f, coat manteau m, watch montre f, scarf écharpe f"),
    *_nouns("place", "school école f, park parc m, market marché m, hotel hôtel m, hospital hôpital m, beach plage f, "
            "museum musée m, library bibliothèque f, church église f, airport aéroport m, bank banque f, "
            "restaurant restaurant m, station gare f, office bureau m"),
    *_nouns("room", "house maison f, garden jardin m, kitchen cuisine f, room chambre f"),
    *_nouns("bite", "apple pomme f, orange orange f, egg œuf m, cake gâteau m, banana banane f, tomato tomate f"),
    *_nouns("food", "bread pain m, cheese fromage m, meat viande f, rice riz m, soup soupe f, salad salade f, "
            "chocolate chocolat m"),
    *_nouns("drink", "water eau f, milk lait m, coffee café m, tea thé m, wine vin m, lemonade limonade f"),
]
NAMES = (("Tom", "m"), ("Paul", "m"), ("Luc", "m"), ("Henri", "m"), ("Marie", "f"), ("Anne", "f"), ("Julie", "f"),
         ("Emma", "f"))
JOBS = (("doctor", "médecin", "médecin"), ("teacher", "professeur", "professeure"),
        ("student", "étudiant", "étudiante"), ("nurse", "infirmier", "infirmière"),
        ("lawyer", "avocat", "avocate"), ("baker", "boulanger", "boulangère"),
        ("singer", "chanteur", "chanteuse"), ("actor", "acteur", "actrice"), ("engineer", "ingénieur", "ingénieure"),
        ("farmer", "fermier", "fermière"))


def _adjectives(kinds: str, before: bool, table: str) -> list[Adjective]:
    rows = (row.split() for row in table.split(","))
    return [Adjective(english, tuple(french) * (1 if len(french) > 1 else 2), kinds, before)
            for english, *french in rows]


# what they fit: p persons, a animals, t any thing, o things one can touch
ADJECTIVES = [
    *_adjectives("pao", True, "small petit petite, beautiful beau belle bel, old vieux vieille vieil"),
    *_adjectives("o", True, "big grand grande"),
    *_adjectives("ot", True, "new nouveau nouvelle nouvel, good bon bonne, bad mauvais mauvaise"),
    *_adjectives("ot", False, "expensive cher chère, strange étrange"),
    *_adjectives("o", False, "red rouge, blue bleu bleue, green vert verte, white blanc blanche, black noir noire, "
                 "yellow jaune, heavy lourd lourde, clean propre, dirty sale"),
    *_adjectives("pa", True, "young jeune"),
    *_adjectives("pa", False, "happy heureux heureuse, sad triste, tired fatigué fatiguée, sick malade, "
                 "calm calme, strong fort forte, curious curieux curieuse, brave courageux courageuse, "
                 "nervous nerveux nerveuse, free libre"),
    *_adjectives("p", False, "tall grand grande, rich riche, poor pauvre, busy occupé occupée, alone seul seule, "
                 "jealous jaloux jalouse, proud fier fière, shy timide, funny drôle, famous célèbre, "
                 "polite poli polie, honest honnête, lazy paresseux paresseuse, "
                 "serious sérieux sérieuse, ready prêt prête"),
]
# said of a noun, not put beside it; "un grand homme" is a great man, not a tall one
PREDICATE_ONLY = {"ready", "alone", "free", "sick", "busy", "tired", "calm", "poor", "tall"}
MOODS = (("hungry", "faim"), ("thirsty", "soif"), ("cold", "froid"), ("hot", "chaud"), ("afraid", "peur"),
         ("right", "raison"), ("wrong", "tort"), ("sleepy", "sommeil"))


def _verbs(takes: str, table: str) -> list[Verb]:
    """Rows ``base[+tail] past infinitive [present participle] [flags]``; regular verbs in -er give the infinitive only.

    The present is written as the stem of the singular with its endings, or as six forms with slashes.
    Flags: ``ê`` takes *être*; ``s`` is a state, so never *-ing*; ``-`` has no simple past here.
    """
    result = []
    for row in table.split(","):
        base, past, infinitive, *rest = row.split()
        base, _, tail = base.partition("+")
        if rest and "/" in rest[0]:
            present, participle = tuple(rest[0].split("/")), rest[1]
            uses = "".join(rest[2:])
        else:
            present, participle, uses = regular(infinitive), infinitive[:-2] + "é", "".join(rest)
        result.append(Verb(base, past, tail, infinitive, present, participle, "ê" in uses, tuple(takes.split()), uses))
    return result


VERBS = [
    *_verbs("", "sleep slept dormir dors/dors/dort/dormons/dormez/dorment dormi, work worked travailler, "
            "sing sang chanter, dance danced danser, run ran courir cours/cours/court/courons/courez/courent couru, "
            "walk walked marcher, swim swam nager, cry cried pleurer, "
            "laugh laughed rire ris/ris/rit/rions/riez/rient ri, "
            "smile smiled sourire souris/souris/sourit/sourions/souriez/sourient souri, travel traveled voyager, "
            "cook cooked cuisiner, leave left partir pars/pars/part/partons/partez/partent parti ê, "
            "arrive arrived arriver ê, fall fell tomber ê, stay stayed rester ê, "
            "come came venir viens/viens/vient/venons/venez/viennent venu ê, "
            "go+out went sortir sors/sors/sort/sortons/sortez/sortent sorti ê"),
    *_verbs("bite food", "eat ate manger"),
    *_verbs("drink", "drink drank boire bois/bois/boit/buvons/buvez/boivent bu"),
    *_verbs("thing text clothes vehicle bite food", "buy bought acheter"),
    *_verbs("thing vehicle clothes", "sell sold vendre vends/vends/vend/vendons/vendez/vendent vendu"),
    *_verbs("thing text clothes person animal", "find found trouver, look+for looked chercher"),
    *_verbs("transport", "take took prendre prends/prends/prend/prenons/prenez/prennent pris, "
            "wait+for waited attendre attends/attends/attend/attendons/attendez/attendent attendu"),
    *_verbs("thing text clothes", "lose lost perdre perds/perds/perd/perdons/perdez/perdent perdu, "
            "choose chose choisir choisis/choisis/choisit/choisissons/choisissez/choisissent choisi, "
            "take took prendre prends/prends/prend/prenons/prenez/prennent pris"),
    *_verbs("person animal vehicle transport place room family", "look+at looked regarder, "
            "see saw voir vois/vois/voit/voyons/voyez/voient vu s"),
    *_verbs("text", "read read lire lis/lis/lit/lisons/lisez/lisent lu -, "
            "write wrote écrire écris/écris/écrit/écrivons/écrivez/écrivent écrit"),
    *_verbs("opening", "open opened ouvrir ouvre/ouvres/ouvre/ouvrons/ouvrez/ouvrent ouvert, close closed fermer"),
    *_verbs("clothes", "wear wore porter"),
    *_verbs("vehicle clothes animal", "wash washed laver"),
    *_verbs("person family", "help helped aider, call called appeler, invite invited inviter, "
            "wait+for waited attendre attends/attends/attend/attendons/attendez/attendent attendu, "
            "follow followed suivre suis/suis/suit/suivons/suivez/suivent suivi, "
            "know knew connaître connais/connais/connaît/connaissons/connaissez/connaissent connu s-"),
    *_verbs("animal person", "draw drew dessiner"),
]
BE = Verb("be", "was", "", "être", ("suis", "es", "est", "sommes", "êtes", "sont"), "été", False, (), "s-")
HAVE = Verb("have", "had", "", "avoir", ("ai", "as", "a", "avons", "avez", "ont"), "eu", False,
            ("thing", "text", "clothes", "vehicle", "animal"), "s")
GO = Verb("go", "went", "", "aller", ("vais", "vas", "va", "allons", "allez", "vont"), "allé", True, (), "")
LIKE = Verb("like", "liked", "", "aimer", regular("aimer"), "aimé", False, (), "s-")
GIVE = [Verb("give", "gave", "", "donner", regular("donner"), "donné", False, (), ""),
        Verb("show", "showed", "", "montrer", regular("montrer"), "montré", False, (), ""),
        Verb("send", "sent", "", "envoyer", regular("envoyer"), "envoyé", False, (), "")]
# verbs before another one: English, French
MODALS = (("want", "to", ("veux", "veux", "veut", "voulons", "voulez", "veulent")),
          ("can", "", ("peux", "peux", "peut", "pouvons", "pouvez", "peuvent")),
          ("must", "", ("dois", "dois", "doit", "devons", "devez", "doivent")))
BELIEVING = (("think", regular("penser")), ("say", ("dis", "dis", "dit", "disons", "dites", "disent")),
             ("know", ("sais", "sais", "sait", "savons", "savez", "savent")))
NUMBERS = (("two", "deux"), ("three", "trois"), ("four", "quatre"), ("five", "cinq"), ("six", "six"), ("ten", "dix"))
# places: English, French, the landmarks that go with them
SURFACES, LANDMARKS = ("table", "chair", "box"), ("door", "window", "tree", "table", "car", "lamp")
WHERE = (("on", ["sur"], SURFACES), ("under", ["sous"], (*SURFACES, "tree", "window")),
         ("behind", ["derrière"], LANDMARKS), ("in front of", ["devant"], LANDMARKS),
         ("near", ["près", "de"], LANDMARKS), ("next to", ["à", "côté", "de"], LANDMARKS))
WHEN = {
    "present": (("every day", "tous les jours"), ("in the morning", "le matin"), ("on Sundays", "le dimanche")),
    "progressive": (("now", "maintenant"), ("today", "aujourd'hui")),
    "past": (("yesterday", "hier"), ("last night", "hier soir"), ("this morning", "ce matin")),
    "future": (("tomorrow", "demain"), ("tonight", "ce soir"), ("next week", "la semaine prochaine")),
}
# what is said whole; the first ones are the sentences that other courses translate, too
PHRASES = (
    ("Go.", "Va !"), ("I lost.", "J'ai perdu."), ("He's calm.", "Il est calme."), ("I'm home.", "Je suis chez moi."),
    ("Hi.", "Salut !"), ("Hello.", "Bonjour !"), ("Run.", "Cours !"), ("Wait.", "Attends !"), ("Stop.", "Arrête !"),
    ("Help!", "À l'aide !"), ("Fire!", "Au feu !"), ("Look.", "Regarde !"), ("Listen.", "Écoute !"),
    ("Come in.", "Entre !"), ("Get up.", "Lève-toi !"), ("Sit down.", "Assieds-toi !"), ("I won.", "J'ai gagné."),
    ("He won.", "Il a gagné."), ("She won.", "Elle a gagné."), ("We won.", "Nous avons gagné."),
    ("He lost.", "Il a perdu."), ("She lost.", "Elle a perdu."), ("We lost.", "Nous avons perdu."),
    ("They won.", "Ils ont gagné."), ("They lost.", "Ils ont perdu."), ("I see.", "Je vois."),
    ("I know.", "Je sais."), ("He's home.", "Il est chez lui."), ("She's home.", "Elle est chez elle."),
    ("We're home.", "Nous sommes chez nous."), ("You're home.", "Tu es chez toi."), ("Thank you.", "Merci !"),
    ("Good night.", "Bonne nuit !"), ("Good luck.", "Bonne chance !"), ("Too bad.", "Tant pis !"),
    ("Of course.", "Bien sûr !"), ("Why not?", "Pourquoi pas ?"), ("It's raining.", "Il pleut."),
    ("It's snowing.", "Il neige."), ("It's cold.", "Il fait froid."), ("It's hot.", "Il fait chaud."),
    ("It's late.", "Il est tard."), ("It's me.", "C'est moi."), ("It's true.", "C'est vrai."),
    ("Who is it?", "Qui est-ce ?"), ("See you tomorrow.", "À demain !"), ("Let's go.", "Allons-y !"),
    ("What time is it?", "Quelle heure est-il ?"), ("How are you?", "Comment vas-tu ?"),
    ("I don't know.", "Je ne sais pas."), ("I am at home.", "Je suis à la maison."),
    ("What is your name?", "Comment t'appelles-tu ?"),
)
