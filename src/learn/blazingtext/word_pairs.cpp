// WordSimilarity-353 (Finkelstein and others, 2002; Creative Commons Attribution 4.0), with its
// parts by similarity and relatedness (Agirre and others, 2009).
#include "learn/blazingtext/word_pairs.hpp"

namespace millrace::learn::blazingtext {
namespace {

constexpr std::string_view pairs = R"(
love sex 6.77 r; tiger cat 7.35 s; tiger tiger 10 s;
book paper 7.46 r; computer keyboard 7.62 r; computer internet 7.58 r;
plane car 5.77 s; train car 6.31 s; telephone communication 7.5 r;
television radio 6.77 s; media radio 7.42 s; drug abuse 6.85 r;
bread butter 6.19 s; cucumber potato 5.92 s; doctor nurse 7 s;
professor doctor 6.62 s; student professor 6.81 s; smart student 4.62 rs;
smart stupid 5.81 s; company stock 7.08 r; stock market 8.08 r;
stock phone 1.62 rs; stock cd 1.31 rs; stock jaguar 0.92 rs;
stock egg 1.81 rs; fertility egg 6.69 r; stock live 3.73 rs;
stock life 0.92 rs; book library 7.46 r; bank money 8.12 r;
wood forest 7.73 s; money cash 9.15 s; professor cucumber 0.31 rs;
king cabbage 0.23 rs; king queen 8.58 s; king rook 5.92 s;
bishop rabbi 6.69 s; jerusalem israel 8.46 r; jerusalem palestinian 7.65 r;
holy sex 1.62 rs; fuck sex 9.44 s; maradona football 8.62 r;
football soccer 9.03 s; football basketball 6.81 s; football tennis 6.63 s;
tennis racket 7.56 r; arafat peace 6.73 r; arafat terror 7.65 r;
arafat jackson 2.5 s; law lawyer 8.38 r; movie star 7.38 r;
movie popcorn 6.19 r; movie critic 6.73 r; movie theater 7.92 r;
physics proton 8.12 r; physics chemistry 7.35 s; space chemistry 4.88 rs;
alcohol chemistry 5.54 r; vodka gin 8.46 s; vodka brandy 8.13 s;
drink car 3.04 rs; drink ear 1.31 rs; drink mouth 5.96 r;
drink eat 6.87 s; baby mother 7.85 r; drink mother 2.65 rs;
car automobile 8.94 s; gem jewel 8.96 s; journey voyage 9.29 s;
boy lad 8.83 s; coast shore 9.1 s; asylum madhouse 8.87 s;
magician wizard 9.02 s; midday noon 9.29 s; furnace stove 8.79 s;
food fruit 7.52 s; bird cock 7.1 s; bird crane 7.38 s;
tool implement 6.46 r; brother monk 6.27 r; crane implement 2.69 rs;
lad brother 4.46 rs; journey car 5.85 r; monk oracle 5 rs;
cemetery woodland 2.08 rs; food rooster 4.42 s; coast hill 4.38 rs;
forest graveyard 1.85 rs; shore woodland 3.08 rs; monk slave 0.92 rs;
coast forest 3.15 rs; lad wizard 0.92 rs; chord smile 0.54 rs;
glass magician 2.08 rs; noon string 0.54 rs; rooster voyage 0.62 rs;
money dollar 8.42 s; money cash 9.08 -; money currency 9.04 s;
money wealth 8.27 r; money property 7.57 r; money possession 7.29 r;
money bank 8.5 r; money deposit 7.73 r; money withdrawal 6.88 r;
money laundering 5.65 r; money operation 3.31 rs; tiger jaguar 8 s;
tiger feline 8 s; tiger carnivore 7.08 s; tiger mammal 6.85 s;
tiger animal 7 s; tiger organism 4.77 s; tiger fauna 5.62 s;
tiger zoo 5.87 r; psychology psychiatry 8.08 s; psychology anxiety 7 r;
psychology fear 6.85 r; psychology depression 7.42 r; psychology clinic 6.58 r;
psychology doctor 6.42 r; psychology freud 8.21 r; psychology mind 7.69 r;
psychology health 7.23 r; psychology science 6.71 s; psychology discipline 5.58 s;
psychology cognition 7.48 r; planet star 8.45 s; planet constellation 8.06 r;
planet moon 8.08 s; planet sun 8.02 s; planet galaxy 8.11 r;
planet space 7.92 r; planet astronomer 7.94 r; precedent example 5.85 s;
precedent information 3.85 rs; precedent cognition 2.81 rs; precedent law 6.65 r;
precedent collection 2.5 rs; precedent group 1.77 rs; precedent antecedent 6.04 s;
cup coffee 6.58 r; cup tableware 6.85 s; cup article 2.4 rs;
cup artifact 2.92 s; cup object 3.69 s; cup entity 2.15 s;
cup drink 7.25 r; cup food 5 rs; cup substance 1.92 rs;
cup liquid 5.9 r; jaguar cat 7.42 s; jaguar car 7.27 s;
energy secretary 1.81 rs; secretary senate 5.06 r; energy laboratory 5.09 r;
computer laboratory 6.78 r; weapon secret 6.06 r; fbi fingerprint 6.94 r;
fbi investigation 8.31 r; investigation effort 4.59 rs; mars water 2.94 rs;
mars scientist 5.63 r; news report 8.16 r; canyon landscape 7.53 r;
image surface 4.56 rs; discovery space 6.34 r; water seepage 6.56 r;
sign recess 2.38 rs; wednesday news 2.22 rs; mile kilometer 8.66 s;
computer news 4.47 rs; territory surface 5.34 r; atmosphere landscape 3.69 rs;
president medal 3 rs; war troops 8.13 r; record number 6.31 r;
skin eye 6.22 s; japanese american 6.5 s; theater history 3.91 rs;
volunteer motto 2.56 rs; prejudice recognition 3 rs; decoration valor 5.63 r;
century year 7.59 s; century nation 3.16 rs; delay racism 1.19 rs;
delay news 3.31 rs; minister party 6.63 r; peace plan 4.75 rs;
minority peace 3.69 rs; attempt peace 4.25 rs; government crisis 6.56 r;
deployment departure 4.25 rs; deployment withdrawal 5.88 r; energy crisis 5.94 r;
announcement news 7.56 s; announcement effort 2.75 rs; stroke hospital 7.03 r;
disability death 5.47 r; victim emergency 6.47 r; treatment recovery 7.91 r;
journal association 4.97 rs; doctor personnel 5 s; doctor liability 5.19 r;
liability insurance 7.03 r; school center 3.44 rs; reason hypertension 2.31 rs;
reason criterion 5.91 r; hundred percent 7.38 r; harvard yale 8.13 s;
hospital infrastructure 4.63 s; death row 5.25 r; death inmate 5.03 r;
lawyer evidence 6.69 r; life death 7.88 s; life term 4.5 rs;
word similarity 4.75 rs; board recommendation 4.47 rs; governor interview 3.25 rs;
opec country 5.63 r; peace atmosphere 3.69 rs; peace insurance 2.94 rs;
territory kilometer 5.28 r; travel activity 5 s; competition price 6.44 r;
consumer confidence 4.13 rs; consumer energy 4.75 rs; problem airport 2.38 rs;
car flight 4.94 rs; credit card 8.06 r; credit information 5.31 r;
hotel reservation 8.03 r; grocery money 5.94 r; registration arrangement 6 r;
arrangement accommodation 5.41 r; month hotel 1.81 rs; type kind 8.97 s;
arrival hotel 6 r; bed closet 6.72 r; closet clothes 8 r;
situation conclusion 4.81 rs; situation isolation 3.88 rs; impartiality interest 5.16 r;
direction combination 2.25 rs; street place 6.44 s; street avenue 8.88 s;
street block 6.88 s; street children 4.94 rs; listing proximity 2.56 rs;
listing category 6.38 r; cell phone 7.81 s; production hike 1.75 rs;
benchmark index 4.25 rs; media trading 3.88 rs; media gain 2.88 rs;
dividend payment 7.63 s; dividend calculation 6.48 r; calculation computation 8.44 s;
currency market 7.5 r; opec oil 8.59 r; oil stock 6.34 r;
announcement production 3.38 rs; announcement warning 6 r; profit warning 3.88 rs;
profit loss 7.63 s; dollar yen 7.78 s; dollar buck 9.22 s;
dollar profit 7.38 r; dollar loss 6.09 r; computer software 8.5 r;
network hardware 8.31 r; phone equipment 7.13 s; equipment maker 5.91 r;
luxury car 6.47 r; five month 3.38 rs; report gain 3.63 rs;
investor earning 7.13 r; liquid water 7.89 s; baseball season 5.97 r;
game victory 7.03 r; game team 7.69 r; marathon sprint 7.47 s;
game series 6.19 r; game defeat 6.97 r; seven series 3.56 rs;
seafood sea 7.47 r; seafood food 8.34 s; seafood lobster 8.7 s;
lobster food 7.81 s; lobster wine 5.7 s; food preparation 6.22 r;
video archive 6.34 r; start year 4.06 rs; start match 4.47 rs;
game round 5.97 r; boxing round 7.61 r; championship tournament 8.36 s;
fighting defeating 7.41 r; line insurance 2.69 rs; day summer 3.94 r;
summer drought 7.16 r; summer nature 5.63 r; day dawn 7.53 r;
nature environment 8.31 r; environment ecology 8.81 r; nature man 6.25 r;
man woman 8.3 s; man governor 5.25 s; murder manslaughter 8.53 s;
soap opera 7.94 r; opera performance 6.88 s; life lesson 5.94 r;
focus life 4.06 rs; production crew 6.25 r; television film 7.72 r;
lover quarrel 6.19 r; viewer serial 2.97 rs; possibility girl 1.94 rs;
population development 3.75 rs; morality importance 3.31 rs; morality marriage 3.69 rs;
mexico brazil 7.44 s; gender equality 6.41 r; change attitude 5.44 r;
family planning 6.25 r; opera industry 2.63 rs; sugar approach 0.88 rs;
practice institution 3.19 rs; ministry culture 4.69 rs; problem challenge 6.75 r;
size prominence 5.31 r; country citizen 7.31 r; planet people 5.75 r;
development issue 3.97 rs; experience music 3.47 rs; music project 3.63 rs;
glass metal 5.56 s; aluminum metal 7.83 s; chance credibility 3.88 rs;
exhibit memorabilia 5.31 r; concert virtuoso 6.81 r; rock jazz 7.59 s;
museum theater 7.19 s; observation architecture 4.38 rs; space world 6.53 r;
preservation world 6.19 r; admission ticket 7.69 r; shower thunderstorm 6.31 s;
shower flood 6.03 r; weather forecast 8.34 r; disaster area 6.25 r;
governor office 6.34 r; architecture century 3.78 rs;
)";

}  // namespace

std::string_view word_pairs() { return pairs; }

}  // namespace millrace::learn::blazingtext
